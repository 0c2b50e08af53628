import { type EpochMs, type PollMark, BEFORE_MONITORING } from '#lib/contract/index.ts'
import { arpState, customerMac } from '../verdict/index.ts'
import type { Readings } from './readings.ts'
import type { ArpFact, ArpSignal } from '../model/signal.ts'

/** More empty tables than this add nothing. */
const COUNTED_EMPTY_POLLS = 3

/** Folds one good answer of a path's ARP table. */
export function foldArp(
  memory: ArpFact | null,
  rows: NonNullable<Readings['arp']>,
  mark: PollMark,
): { memory: ArpFact; signal: ArpSignal | null } {
  const state = arpState(rows)
  const empty = rows.length === 0
  const emptyPolls = empty ? Math.min(COUNTED_EMPTY_POLLS, (memory?.emptyPolls ?? 0) + 1) : 0
  // who was there last is still reported by an entry that went
  const mac = customerMac(rows) ?? memory?.mac ?? null
  const isSame = memory?.state === state && memory.empty === empty && memory.emptyPolls === emptyPolls
  if (memory && isSame && mac === (memory.mac ?? null)) return { memory, signal: null }
  const same = memory?.state === state && memory.empty === empty
  const earliest: EpochMs = memory ? (mark.previousOkAt ?? mark.startedAt) : BEFORE_MONITORING
  const since = same && memory ? memory.since : { earliest, latest: mark.finishedAt }
  const next = { state, empty, emptyPolls, since, mac }
  return { memory: next, signal: { type: 'arp', ...next } }
}
