import type { PipelinePolicy, PipelineRequest, PipelineResponse } from '@azure/core-rest-pipeline'

/** Which version of Microsoft.Network's API one endpoint is asked in; undefined = the SDK's. */
export class NetworkApiVersion {
  #version: string | undefined
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
      const asked = inVersion(request, versions.version)
      const response = await next(request)
      if (!REFUSALS.has(response.status) || !versions.learn(asked, response.bodyAsText ?? '')) return response
      inVersion(request, versions.version)
      return next(request)
    },
  }
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
