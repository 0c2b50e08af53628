import { getFromSignInApi, postSignInApi } from './auth-client.ts'

/** Returns the reason why passkeys do not work at the address of this page; null if they work. */
export function findPasskeyHindrance(): string | null {
  const { hostname } = window.location
  // browsers accept passkeys only for host names, over https or on localhost
  if (/^\[|^[\d.]+$/.test(hostname))
    return hostname.startsWith('127.') || hostname === '[::1]'
      ? 'Passkeys need a name in the address: open Peerwatch as localhost.'
      : 'Passkeys need a name in the address, and https.'
  if (!window.isSecureContext) return 'Passkeys need https.'
  return 'PublicKeyCredential' in window ? null : 'This browser knows no passkeys.'
}

/**
 * Creates a passkey on this device, or on another device that the browser offers.
 * @throws Error whose message can be shown to the user
 */
export async function addPasskey(name: string, password: string): Promise<void> {
  // The password is checked before the browser creates the passkey. Otherwise, after a wrong password, a passkey that
  // the server does not know would stay on the device.
  await postSignInApi('verify-password', { password })
  const { startRegistration } = await import('@simplewebauthn/browser')
  const optionsJSON = await getFromSignInApi<Parameters<typeof startRegistration>[0]['optionsJSON']>(
    'passkey/generate-register-options',
  )
  const response = await startRegistration({ optionsJSON }).catch(ofBrowser)
  await postSignInApi('passkey/verify-registration', { response, name, password })
}

/**
 * Signs in by a passkey that the user chooses.
 * @throws Error whose message can be shown to the user
 */
export async function signInByPasskey(): Promise<void> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const optionsJSON = await getFromSignInApi<Parameters<typeof startAuthentication>[0]['optionsJSON']>(
    'passkey/generate-authenticate-options',
  )
  // requires the fingerprint or the PIN of the device, so that the passkey counts as two factors
  const response = await startAuthentication({ optionsJSON: { ...optionsJSON, userVerification: 'required' } }).catch(
    ofBrowser,
  )
  await postSignInApi('passkey/verify-authentication', { response })
}

function ofBrowser(error: unknown): never {
  const { name } = error as Error
  if (name === 'InvalidStateError') throw new Error('This device has a passkey of yours already.')
  throw new Error(
    name === 'NotAllowedError' ? 'No passkey was used.' : `The browser refused: ${(error as Error).message}`,
  )
}
