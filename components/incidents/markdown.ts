/** Names and notes of people and of Azure in Markdown: as they are written, on one line, and nothing that renders. */
export const plainText = (text: string): string =>
  text.replaceAll(/[\\`<[\]|]/g, (sign) => `\\${sign}`).replaceAll(/\s*[\r\n]+\s*/g, ' ')

/** The same as code. A backtick can't be escaped there. */
export const codeText = (text: string): string => `\`${text.replaceAll('`', "'").replaceAll(/\s*[\r\n]+\s*/g, ' ')}\``
