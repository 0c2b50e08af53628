/** Quotes one word for a POSIX shell, because an id may contain any characters and users paste these commands. */
export function shellWord(word: string): string {
  return /^[\w.:/@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
