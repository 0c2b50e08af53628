import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline'

/**
 * Stable versions of Microsoft.Network, newest first, that are tried for a resource type if Azure's refusal lists no
 * supported version.
 * Source: Azure/azure-rest-api-specs, specification/network/resource-manager/Microsoft.Network/stable.
 */
const OLDER_VERSIONS = ['2025-05-01', '2025-03-01', '2024-05-01', '2023-11-01'] as const

/** The API version of Microsoft.Network that requests to one endpoint use; undefined = the SDK's version. */
export class NetworkApiVersion {
  #version: string | undefined
  /**
   * Versions by resource type, for types that need an older version than the endpoint; null = none of the tried
   * versions serves the type.
   */
  readonly #ofType = new Map<string, string | null>()
  readonly #isConfigured: boolean
  readonly #onLearned: (version: string) => void

  /**
   * @param configured null = use the SDK's version until Azure refuses it and lists others
   * @param onLearned called once for each version that Azure forced the client to fall back to
   */
  constructor(configured: string | null, onLearned: (version: string) => void) {
    this.#version = configured ?? undefined
    this.#isConfigured = configured !== null
    this.#onLearned = onLearned
  }

  get version(): string | undefined {
    return this.#version
  }

  /**
   * Returns the API version to request for a resource type; undefined = the SDK's version.
   * @param type as returned by {@link typeAsked}
   */
  versionFor(type: string): string | undefined {
    const own = this.#ofType.get(type) ?? undefined
    return own !== undefined && (this.#version === undefined || own < this.#version) ? own : this.#version
  }

  /**
   * Returns the older API versions to try, newest first, after a 404 that reports an unknown resource type and lists no
   * supported version. Empty if the version is configured, or if older versions were already tried for this type: they
   * are tried only once, because a cloud may lack the type in all versions.
   */
  formerVersions(type: string, asked: string | null, body: string): string[] {
    if (this.#isConfigured || asked === null || this.#ofType.has(type)) return []
    if (!/"InvalidResourceType"/i.test(body) || supportedVersions(body).length > 0) return []
    return OLDER_VERSIONS.filter((version) => version < asked)
  }

  /**
   * Records the outcome of trying older versions for a resource type.
   * @param version that served the type; null = none of {@link formerVersions} did
   */
  tried(type: string, version: string | null): void {
    this.#ofType.set(type, version)
  }

  /**
   * Reads the supported versions from a refusal and selects the newest one that is not newer than the endpoint's
   * current version, because resource types may support different versions. If all are newer, the newest one is
   * selected.
   * @returns whether the request should be repeated with the selected version
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

/**
 * Returns the versions that a refusal lists, oldest first. Preview versions are returned only if the list has no stable
 * version.
 */
function supportedVersions(body: string): string[] {
  const [, list] = /supported api-versions are '([^']+)'/i.exec(body) ?? []
  const versions = (list ?? '').split(',').flatMap((text) => /^\s*(\d{4}-\d{2}-\d{2}\S*)\s*$/.exec(text)?.[1] ?? [])
  const stable = versions.filter((version) => !version.includes('-preview'))
  return (stable.length > 0 ? stable : versions).toSorted()
}

/**
 * Status codes of a refused version: 400 `NoRegisteredProviderFound` in clouds that lag behind, and 404
 * `InvalidResourceType` if the cloud lacks the type in that version.
 */
const REFUSALS = new Set([400, 404])

/**
 * Sends requests to Microsoft.Network with the API version that the endpoint supports. This is a pipeline policy,
 * because the SDK ignores its own override.
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

/** Returns the response of the first version that serves the type; null if no version does. */
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
    // another reason for the failure, for example an outage, an exhausted budget or a missing right
    if (!REFUSALS.has(response.status)) return null
  }
  versions.tried(type, null)
  return null
}

/**
 * Returns the resource type of a request in Microsoft.Network, for example `expressroutecircuits` or
 * `virtualhubs/bgpconnections`.
 */
function typeAsked({ url }: PipelineRequest): string {
  const [, below = ''] = new URL(url).pathname.toLowerCase().split('/providers/microsoft.network/')
  return below
    .split('/')
    .filter((_, place) => place % 2 === 0)
    .join('/')
}

/**
 * Reports whether Microsoft.Network serves the request. An operation address that ARM returned is excluded, because it
 * keeps its own version.
 */
function isOfNetwork({ url }: PipelineRequest): boolean {
  const { pathname } = new URL(url)
  const provider = pathname.toLowerCase().split('/providers/').at(-1) ?? ''
  return provider.startsWith('microsoft.network/') && !/\/locations\/[^/]+\/operation/.test(provider)
}

/**
 * Sets the API version of a request, unless `version` is undefined.
 * @returns the version that the request is sent with
 */
function inVersion(request: PipelineRequest, version: string | undefined): string | null {
  const url = new URL(request.url)
  if (version !== undefined && url.searchParams.get('api-version') !== version) {
    url.searchParams.set('api-version', version)
    request.url = url.href
  }
  return url.searchParams.get('api-version')
}
