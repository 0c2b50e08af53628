/**
 * Reads a streamed response until it contains a text. @throws Error with the received text if the stream ends before
 */
export async function readUntil(response: Response | undefined, text: string): Promise<string> {
  const reader = response?.body?.pipeThrough(new TextDecoderStream()).getReader()
  let read = ''
  while (!read.includes(text)) {
    const part = await reader?.read()
    if (!part || part.done) throw new Error(`the stream ended after ${read}`)
    read += part.value
  }
  return read
}
