/**
 * Reports whether JSON text may contain escapes of characters that cannot be stored: U+0000, which Postgres text
 * excludes, and lone surrogates, which UTF-8 excludes. Also true for valid surrogate pairs, so the decoded values must
 * be checked afterwards.
 */
export const mayContainUnstorableEscapes = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json)

/** Reports whether Postgres can store a text unchanged, that is, without U+0000 and lone surrogates. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Returns the text with every character that cannot be stored replaced by U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
