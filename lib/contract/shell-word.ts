/** One word of a POSIX shell. An id may come from anywhere, and people paste these commands. */
export function shellWord(word: string): string {
  return /^[\w.:/@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`
}
