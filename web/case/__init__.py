"""One case: its page, its papers, its moves as forms, and the record on paper."""
