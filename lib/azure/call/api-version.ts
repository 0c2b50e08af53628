import type { PipelinePolicy, PipelineRequest, PipelineResponse, SendRequest } from '@azure/core-rest-pipeline'

/**
 * Stable API versions of Microsoft.Network, newest first. They are tried for a resource type if Azure refuses it and
 * does not list the versions that it supports. Source: Azure/azure-rest-api-specs,
 * specification/network/resource-manager/Microsoft.Network/stable.
 */
const OLDER_VERSIONS = ['2025-09-01', '2025-05-01', '2025-03-01', '2024-05-01', '2023-11-01'] as const

/** API version of Microsoft.Network in requests to one endpoint; undefined = the version of the SDK. */
export class NetworkApiVersion {
  #version: string | undefined
  /**
   * Versions of resource types that need an older version than the others; null = none of the tried versions supports
   * the type.
   */
  readonly #ofType = new Map<string, string | null>()
  /** Versions of resource types that exist only in newer versions than the version of all other types. */
  readonly #newerOfType = new Map<string, string>()
  readonly #isConfigured: boolean
  readonly #onLearned: (version: string) => void

  /**
   * @param configured version that the user configured; null = the version of the SDK, until Azure refuses it and lists
   *   others
   * @param onLearned called with each version to which the client had to change because of a refusal
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
   * Returns the API version for requests about a resource type; undefined = the version of the SDK.
   * @param type as returned by {@link typeAsked}
   */
  versionFor(type: string): string | undefined {
    const newer = this.#newerOfType.get(type)
    if (newer !== undefined) return newer
    const own = this.#ofType.get(type) ?? undefined
    return own !== undefined && (this.#version === undefined || own < this.#version) ? own : this.#version
  }

  /**
   * Returns the older API versions to try, newest first, if Azure answered 404 because it does not know the resource
   * type and listed no versions. The result is empty if the user configured a version. It is also empty if older
   * versions were already tried for this type, because a cloud may lack the type in every version.
   * @param asked version of the refused request
   */
  formerVersions(type: string, asked: string | null, body: string): string[] {
    if (this.#isConfigured || asked === null || this.#ofType.has(type)) return []
    if (!/"InvalidResourceType"/i.test(body) || supportedVersions(body).length > 0) return []
    return OLDER_VERSIONS.filter((version) => version < asked)
  }

  /**
   * Records the result of trying older versions for a resource type.
   * @param version version that supports the type; null = none of the versions from {@link formerVersions} supports it
   */
  tried(type: string, version: string | null): void {
    this.#ofType.set(type, version)
  }

  /**
   * Reads the supported versions from a refusal and chooses one for later requests: the newest that is not newer than
   * the current version. If all are newer, the newest is used only for this resource type, because other resource types
   * may not support it.
   * @param type as returned by {@link typeAsked}
   * @param asked version of the refused request
   * @returns whether the request should be repeated with the chosen version
   */
  learn(type: string, asked: string | null, body: string): boolean {
    if (this.#isConfigured) return false
    const named = supportedVersions(body)
    if (named.length === 0) return false
    const current = this.#version
    const older = current === undefined ? named : named.filter((version) => version <= current)
    const next = (older.length > 0 ? older : named).at(-1)
    if (next === undefined || next === asked) return false
    if (current !== undefined && next > current) this.#newerOfType.set(type, next)
    else if (next !== current) {
      this.#version = next
      this.#onLearned(next)
    }
    return true
  }
}

/**
 * Returns the versions that a refusal lists as supported, oldest first. Preview versions are left out, unless there are
 * no others.
 */
function supportedVersions(body: string): string[] {
  const [, list] = /supported api-versions are '([^']+)'/i.exec(body) ?? []
  const versions = (list ?? '').split(',').flatMap((text) => /^\s*(\d{4}-\d{2}-\d{2}\S*)\s*$/.exec(text)?.[1] ?? [])
  const stable = versions.filter((version) => !version.includes('-preview'))
  return (stable.length > 0 ? stable : versions).toSorted()
}

/**
 * HTTP statuses with which Azure refuses an API version: 400 (`NoRegisteredProviderFound`) in clouds that get new
 * versions late, and 404 (`InvalidResourceType`) if the cloud does not know the type in that version.
 */
const REFUSALS = new Set([400, 404])

/**
 * Returns a pipeline policy that sends requests to Microsoft.Network with an API version that the endpoint supports. It
 * is needed because the SDK ignores its own option for the version. Source: hashicorp/terraform-provider-azurerm issues
 * 13018 and 32402, Azure/azure-cli issue 31916.
 */
export function createApiVersionPolicy(versions: NetworkApiVersion): PipelinePolicy {
  return {
    name: 'peerwatchApiVersion',
    async sendRequest(request, next): Promise<PipelineResponse> {
      if (!isOfNetwork(request)) return next(request)
      const type = typeAsked(request)
      const asked = inVersion(request, versions.versionFor(type))
      const response = await next(request)
      if (!REFUSALS.has(response.status)) return response
      const body = response.bodyAsText ?? ''
      if (versions.learn(type, asked, body)) {
        inVersion(request, versions.versionFor(type))
        return next(request)
      }
      const former = response.status === 404 ? versions.formerVersions(type, asked, body) : []
      return former.length > 0 ? ((await firstServed(request, next, { versions, type, former })) ?? response) : response
    },
  }
}

/**
 * Sends a request with several API versions, one after the other, and returns the first successful response; null if
 * none is successful.
 */
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
    // the request failed for another reason, for example an exhausted budget or a missing right, so other versions
    // would not help
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
 * Reports whether a request goes to the network provider and may get another API version. The URL of an operation that
 * ARM returned is excluded, because it contains its own version.
 */
function isOfNetwork({ url }: PipelineRequest): boolean {
  const { pathname } = new URL(url)
  const provider = pathname.toLowerCase().split('/providers/').at(-1) ?? ''
  return provider.startsWith('microsoft.network/') && !/\/locations\/[^/]+\/operation/.test(provider)
}

/**
 * Sets the API version of a request; an undefined `version` leaves it unchanged.
 * @returns the version with which the request will be sent
 */
function inVersion(request: PipelineRequest, version: string | undefined): string | null {
  const url = new URL(request.url)
  if (version !== undefined && url.searchParams.get('api-version') !== version) {
    url.searchParams.set('api-version', version)
    request.url = url.href
  }
  return url.searchParams.get('api-version')
}
