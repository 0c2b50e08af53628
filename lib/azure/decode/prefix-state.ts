import type { DownReason } from '#lib/contract/index.ts'
import type { SessionState } from '#lib/bgp/index.ts'

interface PrefixState {
  state: SessionState
  prefixesReceived: number | null
  downReason: DownReason
}

const WORDS = new Map<string, SessionState>([
  ['idle', 'idle'],
  ['connect', 'connect'],
  ['active', 'active'],
  ['opensent', 'openSent'],
  ['openconfirm', 'openConfirm'],
  ['established', 'established'],
])

/**
 * Splits the overloaded `statePfxRcd`: a number is an established session with that many prefixes, a word is its
 * state; `Idle (Admin)` is shut down on Microsoft's side, `Idle (PfxCt)` is held there for too many prefixes.
 * @returns state `unknown` for a word that is no state
 */
export function parsePrefixState(printed: string): PrefixState {
  const text = printed.trim()
  if (/^\d{1,9}$/.test(text)) return { state: 'established', prefixesReceived: Number(text), downReason: null }
  const [, word = '', reason = ''] = /^([a-z]+)\s*(?:\(\s*([a-z]+)\s*\))?$/i.exec(text) ?? []
  const state = WORDS.get(word.toLowerCase()) ?? 'unknown'
  if (state !== 'idle') return { state, prefixesReceived: null, downReason: null }
  if (/^admin$/i.test(reason)) return { state: 'stopped', prefixesReceived: null, downReason: 'admin' }
  return { state, prefixesReceived: null, downReason: /^pfxct$/i.test(reason) ? 'prefixLimit' : null }
}
