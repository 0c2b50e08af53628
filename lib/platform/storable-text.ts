/**
 * JSON can escape characters that cannot be stored: U+0000, which Postgres text excludes, and lone surrogates, which UTF-8 excludes.
 * @returns whether the JSON may have such escapes; a complete pair matches too, so the values must be checked
 */
export const mayContainUnstorableEscapes = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json)

/** Whether a text can be stored unchanged. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** The text with every character that cannot be stored replaced by U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
