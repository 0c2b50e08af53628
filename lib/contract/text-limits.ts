/** Maximum length of a note in characters. */
export const LONGEST_NOTE = 500

/** Maximum length of a saved view's name in characters. */
export const LONGEST_VIEW_NAME = 60
