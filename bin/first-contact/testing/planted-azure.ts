import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * Members whose values are Azure's terms in an answer. A tag with the name of each member is added, with an invented
 * value.
 */
const AZURES_MEMBERS =
  `service location tier stage unit code category region status state kind level path origin family interface
  currency access namespace type mtu timespan incidentType message detail details name value id title summary description title nextLink`
    .split(/\s+/)
    .filter(Boolean)

/** A proxy between the product and the simulator that adds words of an invented company to each answer. */
export interface PlantedAzure {
  url: string
  /** words and numbers that were sent, in lower case */
  words: Set<string>
  /** places in answers with added words, such as `tag of microsoft.network/connections` */
  places: Set<string>
  close(): Promise<void>
}

/** @param behind origin of the Azure that gives the answers */
export async function startPlantedAzure(behind: string): Promise<PlantedAzure> {
  const words = new Set<string>()
  const places = new Set<string>()
  let count = 0
  const word = () => {
    count += 1
    const letters = [...String(count).padStart(6, '0')].map((digit) => 'bcdfghjkmp'[Number(digit)]).join('')
    words.add(`qx${letters}`)
    return `Qx${letters}`
  }
  const figure = () => {
    count += 1
    const digits = `7391${String(count).padStart(7, '0')}`
    words.add(digits)
    return digits
  }
  const sentence = () =>
    `Ask ${word()} or ${word()}-${word()}, +${figure()} or jö${word()}@${word()}.example, see https://${word()}.${word()}.example:8443/${word()}?by=${word()} and file://${word()}/${word()}; room ${figure()}`

  const tags = () =>
    Object.fromEntries([
      ...AZURES_MEMBERS.map((name) => [name, word()]),
      ...AZURES_MEMBERS.map((name) => [`${name}-${word()}`, figure()]),
      [word(), `${word()} ${word()}`],
      ['phone', `+${figure()}`],
      ['costCenter', figure()],
      ['message', sentence()],
    ])

  const planted = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(planted)
    if (typeof value !== 'object' || value === null) return value
    const object = Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, planted(inner)]))
    if (typeof object.type === 'string' && 'properties' in object) {
      places.add(`tag of ${object.type.toLowerCase()}`)
      object.tags = tags()
    }
    if (typeof object.properties === 'object' && object.properties !== null && !Array.isArray(object.properties)) {
      const properties = object.properties as Record<string, unknown>
      for (const name of ['service', 'tier', 'category', 'level', 'kind', 'description', 'message', 'details'])
        properties[name] ??= sentence()
      properties[word()] = { [word()]: [word(), Number(figure()), { note: word(), kind: 'Standard', phone: figure() }] }
      properties.contactNumber = Number(figure())
      properties.portal = `https://${word()}.example/${word()}`
    }
    return object
  }

  const seen = new Set<string>()
  /**
   * Returns a proxy's error page, or a refusal that names people and machines, for the first request of some lists;
   * otherwise null.
   */
  const insteadOf = (path: string): { status: number; type: string; body: string } | null => {
    const list = /\/providers\/([^?]*)/i.exec(path)?.[1]?.toLowerCase() ?? ''
    if (!/routefilters$|expressroutegateways$|resourcechanges|management\/values$/.test(list) || seen.has(list))
      return null
    seen.add(list)
    if (list.endsWith('routefilters')) {
      places.add('page of a proxy')
      const body = `<html><head><title>${word()}</title></head><body>${sentence()} user ${word()} on ${word()}</body></html>`
      return { status: 502, type: `text/html; by=${word()}`, body }
    }
    places.add('refusal')
    const error = {
      code: word(),
      message: sentence(),
      details: [{ code: word(), message: sentence(), target: word() }],
    }
    return { status: 403, type: 'application/json', body: JSON.stringify({ error }) }
  }

  const server = createServer((request, response) => {
    void (async () => {
      const [path = ''] = (request.url ?? '').split('?')
      const instead = insteadOf(path)
      if (instead) {
        response.writeHead(instead.status, { 'content-type': instead.type, [`x-ms-ratelimit-${word()}`]: '5' })
        response.end(instead.body)
        return
      }
      const { host, authorization = '', 'content-type': type = 'application/json' } = request.headers
      const body = await bodyOf(request)
      const answer = await fetch(`${behind}${request.url}`, {
        method: request.method ?? 'GET',
        headers: { authorization, 'content-type': type },
        ...(body !== '' && { body }),
      })
      const text = (await answer.text()).replaceAll(behind, `http://${host}`)
      const headers = [...answer.headers].filter(
        ([name]) => !/^(?:content-length|connection|transfer-encoding)$/.test(name),
      )
      response.writeHead(
        answer.status,
        Object.fromEntries(headers.map(([name, value]) => [name, value.replaceAll(behind, `http://${host}`)])),
      )
      response.end(text === '' ? text : JSON.stringify(planted(JSON.parse(text))))
    })().catch(() => response.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    words,
    places,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk)
  return Buffer.concat(chunks).toString('utf8')
}
