import {
  type ApiCommandBody,
  type ApiCommandResponse,
  type CommandName,
  allApiCommands,
  type EndpointName,
  allApiEndpoints,
  type PlainEndpointName,
  nonJsonApiEndpoints,
  type ApiEndpointResponse,
} from '#lib/api/index.ts'
import { MAX_LIMIT } from '#lib/contract/index.ts'
import type { z } from 'zod'
import { type ChangesOptions, followChangeStream, type ChangeStreamItem } from './changes.ts'
import { ClientError } from './client-error.ts'
import {
  buildEndpointUrl,
  type PeerwatchConnectionSettings,
  readResponseJson,
  type UrlParameters,
  sendClientRequest,
} from './http.ts'

/**
 * The parameters of an endpoint in the form in which a caller passes them. Each parameter may be a number, which is
 * converted to text.
 */
type SentParameters<Name extends EndpointName> = {
  [Key in keyof z.input<(typeof allApiEndpoints)[Name]['parameters']>]:
    | z.input<(typeof allApiEndpoints)[Name]['parameters']>[Key]
    | number
}

/** Names of the endpoints whose responses are pages of a list. */
export type ListEndpointName = {
  [Name in EndpointName]: ApiEndpointResponse<Name> extends { data: unknown[]; nextCursor: string | null }
    ? Name
    : never
}[EndpointName]

/**
 * A typed client of the API. Names, parameters, bodies and responses have the types of the endpoint schemas from which
 * the OpenAPI document is also built.
 */
export interface PeerwatchClient {
  /**
   * Sends a GET request to an endpoint.
   * @param id required if the path of the endpoint contains `{id}`
   * @throws ClientError if there is no usable response
   */
  get<Name extends EndpointName>(
    name: Name,
    parameters?: SentParameters<Name>,
    id?: string,
  ): Promise<ApiEndpointResponse<Name>>
  /**
   * Yields all pages of a list, one after another.
   * @throws ClientError if there is no usable response
   */
  pages<Name extends ListEndpointName>(
    name: Name,
    parameters?: SentParameters<Name>,
    id?: string,
  ): AsyncGenerator<ApiEndpointResponse<Name>, void>
  /**
   * Sends a command. Most commands change data.
   * @param id required if the path of the command contains `{id}`
   * @throws ClientError if there is no usable response
   */
  send<Name extends CommandName>(
    name: Name,
    body: z.input<(typeof allApiCommands)[Name]['body']> | ApiCommandBody<Name>,
    id?: string,
  ): Promise<ApiCommandResponse<Name>>
  /**
   * Returns the response of an endpoint that is not JSON with a schema, for example CSV or metrics, as text.
   * @throws ClientError if there is no usable response
   */
  text(name: Exclude<PlainEndpointName, 'stream'>, parameters?: UrlParameters): Promise<string>
  /** Yields the changes that the server announces; see {@link followChangeStream}. */
  changes(options: ChangesOptions): AsyncGenerator<ChangeStreamItem, void>
}

/**
 * Creates a client of the API.
 * @param connection address of Peerwatch and the token to use
 */
export function createClient(connection: PeerwatchConnectionSettings): PeerwatchClient {
  const ask = async <Answer>(
    path: string,
    schema: z.ZodType,
    init: RequestInit,
    parameters?: UrlParameters,
  ): Promise<Answer> => {
    const response = await sendClientRequest(connection, buildEndpointUrl(connection, path, parameters), {
      ...init,
      headers: { accept: 'application/json', ...init.headers },
    })
    const read = schema.safeEncode(await readResponseJson(response, connection))
    // Response schemas convert stored values to JSON values such as text for times. `safeEncode` therefore reads the
    // JSON of the response, and fails if it has another form. `parse` converts it back to JSON values.
    if (read.success) return schema.parse(read.data) as Answer
    const [first] = read.error.issues
    throw new ClientError(
      'mismatch',
      `the server's answer has another form than this client knows (${first?.path.join('.')}: ${first?.message}): use the client of the server's version`,
    )
  }
  const client: PeerwatchClient = {
    get: async (name, parameters, id) => {
      const { path, response } = allApiEndpoints[name]
      return ask(`/api/v1${withId(path, id)}`, response, {}, parameters as UrlParameters)
    },
    async *pages(name, parameters, id) {
      let cursor: string | null = null
      do {
        const page: ApiEndpointResponse<typeof name> = await client.get(
          name,
          { limit: MAX_LIMIT, ...parameters, ...(cursor !== null && { cursor }) } as never,
          id,
        )
        yield page
        cursor = page.nextCursor
      } while (cursor !== null)
    },
    send: async (name, body, id) => {
      const { path, method, response } = allApiCommands[name]
      return ask(`/api/v1${withId(path, id)}`, response, {
        method: method.toUpperCase(),
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(body),
      })
    },
    text: async (name, parameters) => {
      const response = await sendClientRequest(
        connection,
        buildEndpointUrl(connection, nonJsonApiEndpoints[name].path, parameters),
      )
      return response.text()
    },
    changes: (options) => followChangeStream(connection, options),
  }
  return client
}

function withId(path: string, id: string | undefined): string {
  if (!path.includes('{id}')) return path
  if (id === undefined || id === '') throw new ClientError('invalid', `${path} needs an id`)
  return path.replace('{id}', encodeURIComponent(id))
}
