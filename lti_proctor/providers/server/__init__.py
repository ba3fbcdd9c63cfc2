"""This tool as the provider of sites that give their exams themselves: the other side of the REST protocol."""
