select file, line, kind, name, geometry from {{raw}}
