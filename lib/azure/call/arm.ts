import { NetworkManagementClient } from '@azure/arm-network'
import {
  bearerTokenAuthenticationPolicyName,
  createDefaultHttpClient,
  createHttpHeaders,
  createPipelineRequest,
  exponentialRetryPolicy,
  formDataPolicyName,
  type HttpClient,
  multipartPolicyName,
  type PipelinePolicy,
  proxyPolicyName,
  setClientRequestIdPolicyName,
  systemErrorRetryPolicy,
  tracingPolicyName,
} from '@azure/core-rest-pipeline'
import { createApiVersionPolicy, type NetworkApiVersion } from './api-version.ts'
import { getCurrentSdkOperation } from './call.ts'
import type { AzureEndpoint } from '../endpoint.ts'
import { DisallowedOriginError } from './failure.ts'
import type { JsonObject } from '../decode/json.ts'
import { traceRequest } from './request-span.ts'
import type { TokenSource } from '../identity/tokens.ts'
import type { HttpExchange, ArmHttpTransportFunction } from '../types.ts'

/** Version of Peerwatch. A test checks that package.json contains the same version. */
const VERSION = '0.3.0'
const USER_AGENT = `peerwatch/${VERSION}`

const SDK_RETRY_POLICY = 'defaultRetryPolicy'

/**
 * Policies of the SDK that are removed, because Peerwatch does not use the SDK's tracing, sends no forms or multipart
 * bodies, and sets the request id itself.
 */
const UNUSED_POLICIES = [tracingPolicyName, formDataPolicyName, multipartPolicyName, setClientRequestIdPolicyName]

/**
 * Settings for repeated requests within a poll. They are only for short interruptions. During a longer outage the poll
 * fails, and the next poll is the better repetition.
 */
const RETRY = { maxRetries: 2, retryDelayInMs: 200, maxRetryDelayInMs: 1_000 }

export interface ArmOptions {
  endpoint: AzureEndpoint
  /** Reports whether requests, which contain the token, may be sent to an origin other than ARM. */
  isAllowed: (origin: string) => boolean
  tokens: TokenSource
  requestTimeoutMs: number
  networkVersion: NetworkApiVersion
  /** replaces the network in tests and simulations */
  transport?: ArmHttpTransportFunction
  onExchange?: (exchange: HttpExchange) => void
}

/** Client for ARM in one subscription: the network SDK, and functions for requests that the SDK does not support. */
export interface ArmClient {
  network: NetworkManagementClient
  /**
   * Sends a GET request. Its response becomes `last` of the current {@link AzureSdkOperation}.
   * @param url absolute, or a path on ARM's endpoint
   */
  get(url: string): Promise<void>
  /**
   * Sends a POST request with a JSON body. Its response becomes `last` of the current {@link AzureSdkOperation}.
   * @param url absolute, or a path on ARM's endpoint
   */
  post(url: string, body: JsonObject, headers?: Record<string, string>): Promise<void>
}

export function createArmClient(subscriptionId: string, options: ArmOptions): ArmClient {
  const { endpoint, tokens } = options
  const { transport } = options
  const wire = transport ? inProcess(transport) : createDefaultHttpClient()
  const isAllowed = (origin: string) => origin === endpoint.origin || options.isAllowed(origin)
  const httpClient = accountingClient(options.onExchange ? reporting(wire, options.onExchange) : wire, isAllowed)
  const network = new NetworkManagementClient(tokens, subscriptionId, {
    endpoint: endpoint.url,
    allowInsecureConnection: endpoint.plain,
    userAgentOptions: { userAgentPrefix: USER_AGENT },
    credentials: { scopes: [endpoint.scope] },
    httpClient,
  })
  const { pipeline } = network
  pipeline.addPolicy(callPolicy(options.requestTimeoutMs))
  pipeline.addPolicy(createApiVersionPolicy(options.networkVersion))
  // the SDK's retry policy is removed, because it would wait for the Retry-After of a 429, even an hour
  pipeline.removePolicy({ name: SDK_RETRY_POLICY })
  for (const name of UNUSED_POLICIES) pipeline.removePolicy({ name })
  if (!transport) {
    pipeline.addPolicy(exponentialRetryPolicy(RETRY), { phase: 'Retry' })
    pipeline.addPolicy(systemErrorRetryPolicy(RETRY), { phase: 'Retry' })
  }
  if (endpoint.plain) {
    // for a plain http endpoint on this machine, the proxy is not used, because it is meant for external addresses. The
    // SDK's policy for tokens is replaced, because it refuses plain http even on this machine
    pipeline.removePolicy({ name: proxyPolicyName })
    pipeline.removePolicy({ name: bearerTokenAuthenticationPolicyName })
    pipeline.addPolicy(loopbackBearer(tokens, endpoint.scope), { phase: 'Sign' })
  }
  const requestOf = (url: string) =>
    createPipelineRequest({
      url: url.startsWith('/') ? `${endpoint.url}${url}` : url,
      allowInsecureConnection: endpoint.plain,
      headers: createHttpHeaders({ accept: 'application/json' }),
    })
  return {
    network,
    async get(url) {
      await pipeline.sendRequest(httpClient, requestOf(url))
    },
    async post(url, body, headers = {}) {
      const request = requestOf(url)
      for (const [name, value] of Object.entries({ 'content-type': 'application/json', ...headers })) {
        request.headers.set(name, value)
      }
      request.method = 'POST'
      request.body = JSON.stringify(body)
      await pipeline.sendRequest(httpClient, request)
    },
  }
}

/**
 * Returns a pipeline policy that connects each request with its call: it sets the abort signal, the timeout and the
 * correlation ID. Azure's support finds a request by the correlation ID.
 */
function callPolicy(timeoutMs: number): PipelinePolicy {
  return {
    name: 'peerwatchCall',
    sendRequest(request, next) {
      const conversation = getCurrentSdkOperation()
      conversation.last = null
      request.abortSignal = conversation.call.signal
      request.timeout = request.timeout || timeoutMs
      request.headers.set('x-ms-correlation-request-id', conversation.call.correlationId)
      request.headers.set('x-ms-client-request-id', conversation.call.correlationId)
      return next(request)
    },
  }
}

function loopbackBearer(tokens: TokenSource, scope: string): PipelinePolicy {
  return {
    name: 'peerwatchLoopbackBearer',
    async sendRequest(request, next) {
      const { token } = await tokens.getToken(scope)
      request.headers.set('authorization', `Bearer ${token}`)
      return next(request)
    },
  }
}

/**
 * Returns the client that sends requests to the network. It refuses every origin that is not allowed, because the SDK
 * would follow links in responses (`nextLink`, `Location`, `Azure-AsyncOperation`) to any host, together with the
 * token. It also keeps each response as it was received, because the SDK's models round int64, drop unknown fields and
 * hide some errors.
 */
function accountingClient(wire: HttpClient, isAllowed: (origin: string) => boolean): HttpClient {
  return {
    async sendRequest(request) {
      const { origin } = new URL(request.url)
      if (!isAllowed(origin)) throw new DisallowedOriginError(origin)
      const conversation = getCurrentSdkOperation()
      conversation.last = null
      conversation.call.requestLeaves()
      const response = await traceRequest(request, () => wire.sendRequest(request))
      const header = (name: string) => response.headers.get(name)
      const { method, url } = request
      const headers = () => response.headers.toJSON()
      const answer = { method, url, status: response.status, header, headers, body: response.bodyAsText ?? '' }
      conversation.call.answerRead(answer)
      conversation.last = answer
      // the SDK gets no body of a successful response, because Peerwatch decodes the body itself and a second decoding
      // would only take time
      return answer.status >= 200 && answer.status < 300 ? { ...response, bodyAsText: '' } : response
    },
  }
}

/**
 * Returns a client that also reports each request, with its response as it was received. Requests that the caller
 * aborted are not reported.
 */
function reporting(wire: HttpClient, onExchange: (exchange: HttpExchange) => void): HttpClient {
  return {
    async sendRequest(request) {
      const { call } = getCurrentSdkOperation()
      const { method, url, body } = request
      const sent = { sentAt: call.now(), method, url, requestBody: typeof body === 'string' ? body : null }
      try {
        const response = await wire.sendRequest(request)
        const answer = { status: response.status, headers: response.headers.toJSON(), body: response.bodyAsText ?? '' }
        onExchange({ ...sent, receivedAt: call.now(), answer, fault: null })
        return response
      } catch (error) {
        const { code, name } = error as { code?: string; name?: string }
        if (!call.abandoned)
          onExchange({ ...sent, receivedAt: call.now(), answer: null, fault: code ?? name ?? 'ERROR' })
        throw error
      }
    },
  }
}

function inProcess(transport: ArmHttpTransportFunction): HttpClient {
  return {
    async sendRequest(request) {
      const { method, url, body } = request
      const answer = transport({
        method,
        url,
        headers: request.headers.toJSON(),
        body: typeof body === 'string' ? body : null,
      })
      return {
        request,
        status: answer.status,
        headers: createHttpHeaders(answer.headers),
        bodyAsText: answer.body,
      }
    },
  }
}
