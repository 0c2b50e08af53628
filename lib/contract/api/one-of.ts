/** Returns the list of accepted values for an error message. */
export const oneOf = (words: readonly string[]): string => `one of ${words.join(', ')}`
