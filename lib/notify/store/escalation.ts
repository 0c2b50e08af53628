import {
  type EscalationPolicy,
  escalationPolicyInputSchema,
  type OnCallRotationInput,
  onCallRotationInputSchema,
} from '../api/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { ChannelRotation } from '../rules/on-call.ts'
import { type StoredDocument, readStoredDocuments } from './stored-documents.ts'

export type StoredEscalationPolicy = StoredDocument<Omit<EscalationPolicy, 'id'>>
export type StoredOnCallRotation = StoredDocument<Omit<OnCallRotationInput, 'id'>>

/** Returns all escalation policies in their order. */
export const readEscalationPolicies = (db: SqlExecutor): Promise<StoredEscalationPolicy[]> =>
  readStoredDocuments(db, 'escalation_policy', (body) => escalationPolicyInputSchema.parse(body))

/** Returns all on-call rotations in their order. */
export const readOnCallRotations = (db: SqlExecutor): Promise<StoredOnCallRotation[]> =>
  readStoredDocuments(db, 'on_call_rotation', (body) => onCallRotationInputSchema.parse(body))

/** Converts a stored rotation (times as text) to the form that the on-call functions use (times as numbers). */
export const convertStoredRotation = ({ overrides, ...rest }: Omit<OnCallRotationInput, 'id'>): ChannelRotation => ({
  ...rest,
  overrides: overrides.map(({ channel, from, to }) => ({ channel, from: Date.parse(from), to: Date.parse(to) })),
})
