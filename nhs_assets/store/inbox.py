NOTE_ENDING = ".origin.yml"
