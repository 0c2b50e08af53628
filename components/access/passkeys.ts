import { getAuth, sendAuth } from './auth-client.ts'

/** Why no passkey can be used at this address; null = one can. */
export function passkeyHindrance(): string | null {
  const { hostname } = window.location
  // browsers give passkeys to names alone, over https or on this machine
  if (/^\[|^[\d.]+$/.test(hostname))
    return hostname.startsWith('127.') || hostname === '[::1]'
      ? 'Passkeys need a name in the address: open Peerwatch as localhost.'
      : 'Passkeys need a name in the address, and https.'
  if (!window.isSecureContext) return 'Passkeys need https.'
  return 'PublicKeyCredential' in window ? null : 'This browser knows no passkeys.'
}

/** Makes a passkey on this device, or on one that the browser offers. @throws Error whose message can be shown */
export async function addPasskey(name: string, password: string): Promise<void> {
  // asked first: a passkey whose password was wrong would stay on the device, and be of no use
  await sendAuth('verify-password', { password })
  const { startRegistration } = await import('@simplewebauthn/browser')
  const optionsJSON = await getAuth<Parameters<typeof startRegistration>[0]['optionsJSON']>(
    'passkey/generate-register-options',
  )
  const response = await startRegistration({ optionsJSON }).catch(ofBrowser)
  await sendAuth('passkey/verify-registration', { response, name, password })
}

/** Signs in by a passkey that the person chooses. @throws Error whose message can be shown */
export async function signInByPasskey(): Promise<void> {
  const { startAuthentication } = await import('@simplewebauthn/browser')
  const optionsJSON = await getAuth<Parameters<typeof startAuthentication>[0]['optionsJSON']>(
    'passkey/generate-authenticate-options',
  )
  // with the finger or PIN, so that it is two factors
  const response = await startAuthentication({ optionsJSON: { ...optionsJSON, userVerification: 'required' } }).catch(
    ofBrowser,
  )
  await sendAuth('passkey/verify-authentication', { response })
}

function ofBrowser(error: unknown): never {
  const { name } = error as Error
  if (name === 'InvalidStateError') throw new Error('This device has a passkey of yours already.')
  throw new Error(
    name === 'NotAllowedError' ? 'No passkey was used.' : `The browser refused: ${(error as Error).message}`,
  )
}
