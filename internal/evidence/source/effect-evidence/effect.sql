select file, line, type as effect_type, label, positive, studies, source as reference, note, source_url from {{raw}}
