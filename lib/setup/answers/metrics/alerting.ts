import { readAlertingProof } from '#lib/alerting/answers/index.ts'
import { readDatabaseSpace } from '#lib/alerting/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { readFailingChannels } from '#lib/notify/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createGaugeFamily, type MetricFamily, type MetricSample } from '#lib/platform/metrics-exposition.ts'
import { getSettings } from '#lib/platform/settings.ts'
import { readCertificateEnd, type TlsFilePaths } from '#lib/platform/tls.ts'

const only = (value: number | null): MetricSample[] => (value === null ? [] : [{ labels: {}, value }])

/**
 * Returns the expiry of the certificate that the web server itself uses, in epoch seconds. Empty if the web server does
 * not use TLS itself, or if the file cannot be read.
 */
function certificateEnd(tls: TlsFilePaths | null): MetricSample[] {
  try {
    return tls === null ? [] : only(readCertificateEnd(tls) / 1_000)
  } catch {
    return []
  }
}

/**
 * Returns metrics about alerting: the proof that it works, the delivery of each channel, the expiry of the certificate,
 * the size of the database, and free disk space. Unknown values are absent.
 */
export async function readAlertingMetrics(db: Database, now: EpochMs): Promise<MetricFamily[]> {
  const { alerting, dataDir, tls } = getSettings()
  const proof = await readAlertingProof(db, alerting.proofEveryMs, { now })
  const channels = await readFailingChannels(db.pool)
  const space = await readDatabaseSpace(db.pool, dataDir)
  const age = proof.provedAt === null ? null : Math.max(0, now - proof.provedAt) / 1_000
  return [
    createGaugeFamily(
      'peerwatch_alerting_proof_age_seconds',
      'Seconds since alerting was proved end to end',
      only(age),
    ),
    createGaugeFamily(
      'peerwatch_alerting_proof_duration_seconds',
      'Seconds that the last proof took, from the fall to the receiver',
      only(proof.tookSeconds),
    ),
    createGaugeFamily(
      'peerwatch_alerting_broken',
      'The link of alerting that is broken, always 1; absent while none is',
      proof.step === null ? [] : [{ labels: { step: proof.step }, value: 1 }],
    ),
    createGaugeFamily(
      'peerwatch_channel_failing',
      'Whether a channel delivers nothing: 1 or 0',
      channels.map(({ id, name, failingSince }) => ({ labels: { id, name }, value: failingSince === null ? 0 : 1 })),
    ),
    createGaugeFamily(
      'peerwatch_channel_waiting',
      'Notifications that a channel has not delivered yet',
      channels.map(({ id, name, waiting }) => ({ labels: { id, name }, value: waiting })),
    ),
    createGaugeFamily('peerwatch_database_size_bytes', 'Size of the database', only(Number(space.databaseBytes))),
    createGaugeFamily(
      'peerwatch_database_growth_bytes_per_day',
      'Growth of the database over the last week; absent = not known yet',
      only(space.growthPerDay),
    ),
    createGaugeFamily(
      'peerwatch_certificate_end_timestamp_seconds',
      'End of the certificate of TLS_CERT_FILE; absent = none is configured, or it cannot be read',
      certificateEnd(tls),
    ),
    createGaugeFamily(
      'peerwatch_disk_free_bytes',
      'Free space of the disk of the database; absent = the database is elsewhere',
      only(space.freeBytes === null ? null : Number(space.freeBytes)),
    ),
  ]
}
