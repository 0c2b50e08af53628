import { formatUtcMinute } from '#lib/contract/time/dates.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { type SetupResult, createSetupResult } from '#lib/contract/words/setup-checks.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readCertificateEnd, type TlsFilePaths } from '#lib/platform/tls.ts'

const WARNED_DAYS = 30
const URGENT_DAYS = 7
const REMEDY = 'Renew the certificate and replace the files; the web takes them within a minute.'

/**
 * Checks how long the web server's certificate is still valid. It is a warning in the last 30 days, and a failure in
 * the last 7 days or if the certificate cannot be read.
 * @param tls null = another program terminates TLS, or TLS is not used
 */
export function checkCertificate(tls: TlsFilePaths | null, now: EpochMs): SetupResult {
  if (tls === null) return createSetupResult('certificate', 'skip', 'TLS_CERT_FILE is not set.')
  let end: EpochMs
  try {
    end = readCertificateEnd(tls)
  } catch (error) {
    return createSetupResult('certificate', 'fail', (error as Error).message, { remedy: REMEDY })
  }
  const day = formatUtcMinute(end)
  if (end <= now) return createSetupResult('certificate', 'fail', `It ended on ${day}.`, { remedy: REMEDY })
  const days = (end - now) / MS_PER_DAY
  const left = days < 1 ? `${Math.floor((end - now) / MS_PER_HOUR)} h` : `${Math.floor(days)} days`
  const detail = `It ends on ${day}, in ${left}.`
  if (days > WARNED_DAYS) return createSetupResult('certificate', 'pass', detail)
  return createSetupResult('certificate', days > URGENT_DAYS ? 'warn' : 'fail', detail, { remedy: REMEDY })
}
