/** Returns the accepted values as part of an error message: `one of a, b`. */
export const formatAcceptedValues = (words: readonly string[]): string => `one of ${words.join(', ')}`
