/**
 * JSON can escape what is no text: U+0000, which no text of Postgres holds, and halves of surrogate pairs, which no UTF-8 does.
 * @returns whether the JSON has such escapes; a whole pair looks like one, so that its values are to be looked at
 */
export const mayHoldNoText = (json: string): boolean => /\\u(?:0000|d[89a-f])/i.test(json)

/** Whether a text can be kept as it is. */
export const isStorable = (text: string): boolean => text.isWellFormed() && !text.includes('\0')

/** The text as it can be kept: what is none reads as U+FFFD. */
export const storableText = (text: string): string => text.toWellFormed().replaceAll('\0', '\uFFFD')
