import type { ServerResponse } from 'node:http'

/** Forms in which ARM completes a long-running operation. */
export const operationStyles = ['inline', 'location', 'asyncTop', 'asyncOutput', 'both'] as const
export type OperationStyle = (typeof operationStyles)[number]

/** The server's reaction to a request. */
export type TestArmServerReaction =
  | { do: 'answer'; status?: number; body?: unknown; headers?: Record<string, string> }
  /** `text` is sent unchanged, even if it is invalid */
  | { do: 'text'; status?: number; text: string; contentType?: string; headers?: Record<string, string> }
  | {
      do: 'operation'
      style: OperationStyle
      body: unknown
      /** number of follow-ups that find the operation still running */
      rounds?: number
      /** sent with the 202 and with each running follow-up */
      retryAfter?: string
      /** body of the 202; empty by default */
      acceptedBody?: string
      /** reaction to the last follow-up, in place of the body */
      end?: TestArmServerReaction
      /** with `both`: number of 202 responses for the result after the status was Succeeded */
      lag?: number
    }
  /** announces twice the length of `text`, and closes the connection after `text` */
  | { do: 'halfBody'; text: string }
  | { do: 'hang' }
  | { do: 'reset' }

export const notFound = (path: string): TestArmServerReaction => ({
  do: 'answer',
  status: 404,
  body: { error: { code: 'ResourceNotFound', message: `The resource '${path}' was not found.` } },
})

/** Builds an error response in ARM's format. */
export function armError(
  status: number,
  code: string,
  message: string,
  headers?: Record<string, string>,
): TestArmServerReaction {
  return { do: 'answer', status, body: { error: { code, message } }, ...(headers && { headers }) }
}

/** Converts a body to JSON. BigInt members become JSON numbers with all digits. */
export function wireText(body: unknown): string {
  if (body === undefined) return ''
  const digits: string[] = []
  const text = JSON.stringify(body, (_key, value: unknown) => {
    if (typeof value !== 'bigint') return value
    digits.push(value.toString())
    return `\u0000${digits.length - 1}\u0000`
  })
  return text.replace(/"\\u0000(\d+)\\u0000"/g, (_match, index: string) => digits[Number(index)] ?? '')
}

/** Performs a behaviour, except an operation, which needs the server's memory. */
export function sendServerReaction(
  behaviour: Exclude<TestArmServerReaction, { do: 'operation' }>,
  response: ServerResponse,
): void {
  switch (behaviour.do) {
    case 'answer':
      return send(response, behaviour.status ?? 200, wireText(behaviour.body), 'application/json', behaviour.headers)
    case 'text': {
      const { status = 200, text, contentType = 'application/json', headers } = behaviour
      return send(response, status, text, contentType, headers)
    }
    case 'halfBody':
      response.writeHead(200, {
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(behaviour.text) * 2,
      })
      response.write(behaviour.text, () => response.destroy())
      return
    case 'reset':
      response.socket?.resetAndDestroy()
      return
    case 'hang':
  }
}

function send(
  response: ServerResponse,
  status: number,
  text: string,
  contentType: string,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { ...(text && { 'content-type': contentType }), ...headers })
  response.end(text)
}
