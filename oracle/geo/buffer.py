# Run: python3 oracle/geo/buffer.py   (shapely 2.1, which calls GEOS; prints the rows of shape_test.go: areas in square metres on the grid)
from shapely import wkt
from shapely.ops import unary_union

SHAPES = [
    ("POINT(435000 387000)", 1500),
    ("LINESTRING(430000 380000,434000 384000,433000 389000)", 750),
    ("POLYGON((430000 380000,434000 380000,434000 384000,432000 382000,430000 384000,430000 380000))", 400),
    ("POLYGON((430000 380000,440000 380000,440000 390000,430000 390000,430000 380000),(433000 383000,437000 383000,437000 387000,433000 387000,433000 383000))", 1200),
    ("MULTIPOINT((430000 380000),(431000 380000),(445000 380000))", 900),
]
for text, metres in SHAPES:
    print(f"{{{text!r}, {metres}, {wkt.loads(text).buffer(metres, quad_segs=16).area:.3f}}},".replace("'", '"'))
a, b = (wkt.loads(s[0]) for s in SHAPES[2:4])
print("union", f"{unary_union([a, b]).area:.3f}")
