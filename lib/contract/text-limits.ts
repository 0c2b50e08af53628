/** Maximum length of a note in characters. */
export const MAX_NOTE_CHARACTERS = 500

/** Maximum length of a saved view's name in characters. */
export const MAX_SAVED_VIEW_NAME_CHARACTERS = 60
