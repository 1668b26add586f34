select file, line, id, name, definition, note, source_url from {{raw}}
