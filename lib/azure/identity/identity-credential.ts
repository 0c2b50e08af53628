import { createDefaultHttpClient, type HttpClient } from '@azure/core-rest-pipeline'
import {
  ClientCertificateCredential,
  ClientSecretCredential,
  type TokenCredential,
  WorkloadIdentityCredential,
} from '@azure/identity'
import type { IdentitySettings } from '../types.ts'

/**
 * Hosts of sign-in services that Microsoft's instance discovery (a check of the sign-in address) knows. Source: Azure
 * documentation, national clouds.
 */
const KNOWN_AUTHORITIES = new Set([
  'login.microsoftonline.com',
  'login.microsoftonline.us',
  'login.chinacloudapi.cn',
  'login.partner.microsoftonline.cn',
])

/**
 * Creates the credential of an identity from AZURE_IDENTITIES_FILE.
 * @param cloudAuthority sign-in address of the configured cloud; undefined = the default of the identity library
 */
export function createIdentityCredential(
  identity: IdentitySettings,
  cloudAuthority: string | undefined,
): TokenCredential {
  const { tenantId, clientId, clientSecret, federatedTokenFile, certificateFile } = identity
  const options = authorityOptions(identity.authorityHost ?? process.env.AZURE_AUTHORITY_HOST ?? cloudAuthority)
  if (clientSecret !== null) return new ClientSecretCredential(tenantId, clientId, clientSecret, options)
  if (certificateFile !== null) return new ClientCertificateCredential(tenantId, clientId, certificateFile, options)
  if (federatedTokenFile === null) throw new Error(`the identity ${identity.name} has no proof`)
  return new WorkloadIdentityCredential({ ...options, tenantId, clientId, tokenFilePath: federatedTokenFile })
}

/**
 * Returns the options for a sign-in address. Instance discovery (Microsoft's check of the address) is disabled for
 * addresses that it does not know.
 */
function authorityOptions(authorityHost: string | undefined) {
  if (!authorityHost) return {}
  const { protocol, host, hostname, pathname } = new URL(authorityHost)
  const disableInstanceDiscovery = !KNOWN_AUTHORITIES.has(hostname)
  if (protocol !== 'http:') return { authorityHost, disableInstanceDiscovery }
  // Peerwatch permits plain http for this machine, but the identity library never does. Therefore the library gets an
  // https address, and a client that changes it back to http
  return {
    authorityHost: `https://${host}${pathname}`.replace(/(?<!\/)\/+$/, ''),
    disableInstanceDiscovery,
    httpClient: plainTo(host),
  }
}

/** Creates an HTTP client that uses plain http for one host of this machine. It does not use a proxy for this host. */
function plainTo(host: string): HttpClient {
  const wire = createDefaultHttpClient()
  return {
    sendRequest(request) {
      const url = new URL(request.url)
      if (url.host === host) {
        url.protocol = 'http:'
        request.url = url.href
        request.allowInsecureConnection = true
        delete request.agent
      }
      return wire.sendRequest(request)
    },
  }
}
