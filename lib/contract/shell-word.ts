/**
 * Returns a word for a POSIX shell, quoted if necessary, because an id may contain any characters and users paste these
 * commands.
 */
export function quoteShellWord(word: string): string {
  return /^[\w.:/@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
