/**
 * Reports whether JSON text may contain escapes of characters that Postgres cannot store: U+0000, and lone surrogates,
 * which are not valid in UTF-8. The result is also true for valid surrogate pairs, so if it is true, the caller must
 * check the decoded values.
 */
export const mayContainUnstorableEscapes = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json)

/** Reports whether Postgres can store a text unchanged, that is, without U+0000 and lone surrogates. */
export const isStorableText = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** Returns the text with every character that cannot be stored replaced by U+FFFD. */
export const toStorableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
