import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline'

/**
 * Stable versions of Microsoft.Network, newest first, that are tried for a type whose refusal names none.
 * Source: Azure/azure-rest-api-specs, specification/network/resource-manager/Microsoft.Network/stable.
 */
const FORMER_VERSIONS = ['2025-05-01', '2025-03-01', '2024-05-01', '2023-11-01'] as const

/** Which version of Microsoft.Network's API one endpoint is asked in; undefined = the SDK's. */
export class NetworkApiVersion {
  #version: string | undefined
  /** by type, where a former version serves it and the endpoint's does not; null = none of those that were tried does */
  readonly #ofType = new Map<string, string | null>()
  readonly #isConfigured: boolean
  readonly #onLearned: (version: string) => void

  /**
   * @param configured null = the SDK's, until Azure refuses that and names others
   * @param onLearned called once for each version that Azure made it fall back to
   */
  constructor(configured: string | null, onLearned: (version: string) => void) {
    this.#version = configured ?? undefined
    this.#isConfigured = configured !== null
    this.#onLearned = onLearned
  }

  get version(): string | undefined {
    return this.#version
  }

  /** @param type as {@link typeAsked} names it */
  versionFor(type: string): string | undefined {
    const own = this.#ofType.get(type) ?? undefined
    return own !== undefined && (this.#version === undefined || own < this.#version) ? own : this.#version
  }

  /**
   * The versions to try, newest first, after a 404 that says that the type does not exist in the one that was asked for and names no
   * other. Once for each type: a cloud may lack it in all of them.
   */
  formerVersions(type: string, asked: string | null, body: string): string[] {
    if (this.#isConfigured || asked === null || this.#ofType.has(type)) return []
    if (!/"InvalidResourceType"/i.test(body) || supportedVersions(body).length > 0) return []
    return FORMER_VERSIONS.filter((version) => version < asked)
  }

  /** @param version that served the type; null = none of {@link formerVersions} did */
  tried(type: string, version: string | null): void {
    this.#ofType.set(type, version)
  }

  /**
   * Reads a refusal. Types may lag by different times: what serves one after the other only ever becomes older.
   * @returns whether the request is worth repeating in the version that is known now
   */
  learn(asked: string | null, body: string): boolean {
    if (this.#isConfigured) return false
    const named = supportedVersions(body)
    if (named.length === 0) return false
    const current = this.#version
    const older = current === undefined ? named : named.filter((version) => version <= current)
    const next = (older.length > 0 ? older : named).at(-1)
    if (next === undefined || next === asked) return false
    if (next !== current) {
      this.#version = next
      this.#onLearned(next)
    }
    return true
  }
}

/** The versions that a refusal names, oldest first; previews only where there is nothing else. */
function supportedVersions(body: string): string[] {
  const [, list] = /supported api-versions are '([^']+)'/i.exec(body) ?? []
  const versions = (list ?? '').split(',').flatMap((text) => /^\s*(\d{4}-\d{2}-\d{2}\S*)\s*$/.exec(text)?.[1] ?? [])
  const stable = versions.filter((version) => !version.includes('-preview'))
  return (stable.length > 0 ? stable : versions).toSorted()
}

/** 400 `NoRegisteredProviderFound` in clouds that lag; a type that such a cloud lacks in that version is 404 `InvalidResourceType`. */
const REFUSALS = new Set([400, 404])

/**
 * Asks Microsoft.Network in the version that the endpoint knows. The SDK ignores an override of its own, hence a step of the pipeline.
 * Source: hashicorp/terraform-provider-azurerm issues 13018 and 32402, Azure/azure-cli issue 31916.
 */
export function apiVersionPolicy(versions: NetworkApiVersion): PipelinePolicy {
  return {
    name: 'peerwatchApiVersion',
    async sendRequest(request, next): Promise<PipelineResponse> {
      if (!isOfNetwork(request)) return next(request)
      const type = typeAsked(request)
      const asked = inVersion(request, versions.versionFor(type))
      const response = await next(request)
      if (!REFUSALS.has(response.status)) return response
      const body = response.bodyAsText ?? ''
      if (versions.learn(asked, body)) {
        inVersion(request, versions.version)
        return next(request)
      }
      const former = response.status === 404 ? versions.formerVersions(type, asked, body) : []
      return former.length > 0 ? ((await firstServed(request, next, { versions, type, former })) ?? response) : response
    },
  }
}

/** The answer in the first version that has the type; null = none of them does. */
async function firstServed(
  request: PipelineRequest,
  next: SendRequest,
  { versions, type, former }: { versions: NetworkApiVersion; type: string; former: readonly string[] },
): Promise<PipelineResponse | null> {
  for (const version of former) {
    inVersion(request, version)
    const response = await next(request)
    if (response.status < 300) {
      versions.tried(type, version)
      return response
    }
    // neither the version nor the type: an outage, a budget, a right
    if (!REFUSALS.has(response.status)) return null
  }
  versions.tried(type, null)
  return null
}

/** `expressroutecircuits`, `virtualhubs/bgpconnections`: what of Microsoft.Network a request is about. */
function typeAsked({ url }: PipelineRequest): string {
  const [, below = ''] = new URL(url).pathname.toLowerCase().split('/providers/microsoft.network/')
  return below
    .split('/')
    .filter((_, place) => place % 2 === 0)
    .join('/')
}

/** Whether the provider that answers is Microsoft.Network; a place that ARM named for an operation keeps the version that it came with. */
function isOfNetwork({ url }: PipelineRequest): boolean {
  const { pathname } = new URL(url)
  const provider = pathname.toLowerCase().split('/providers/').at(-1) ?? ''
  return provider.startsWith('microsoft.network/') && !/\/locations\/[^/]+\/operation/.test(provider)
}

/** @returns the version that the request goes out in */
function inVersion(request: PipelineRequest, version: string | undefined): string | null {
  const url = new URL(request.url)
  if (version !== undefined && url.searchParams.get('api-version') !== version) {
    url.searchParams.set('api-version', version)
    request.url = url.href
  }
  return url.searchParams.get('api-version')
}
