/** What may be sent, for a refusal. */
export const oneOf = (words: readonly string[]): string => `one of ${words.join(', ')}`
