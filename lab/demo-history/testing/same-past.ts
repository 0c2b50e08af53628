import { expect } from 'vitest'
import type { Database } from '#lib/platform/database.ts'
import type { ScenarioInput } from '../../simulator/index.ts'
import { generatePastOfScenario, TEST_TIMELINE_START_MS, createTemporaryTestDatabase } from '../testing.ts'

/**
 * Events that depend on a single source. Events of a group get their key and time from the poll that completes the
 * evidence, which may be any.
 */
const OF_ONE_SOURCE = ['session_down', 'session_up', 'session_flap', 'session_flapping', 'counter_reset']

/** Queries for the stored data, with names instead of numbers and without the time of writing. */
const QUESTIONS = {
  sessionIntervals: `SELECT p.source, s.kind, s.local_address, s.neighbor, i.state, i.azure_state, i.down_reason, i.transitions, i.last_absent,
      i.first_present, i.last_present, i.first_absent FROM session_interval i JOIN session s ON s.id = i.session_id JOIN p ON p.id = i.source_id`,
  sessions: `SELECT p.source, to_jsonb(s) - '{id,source_id,life,established_earliest,established_latest}'::text[] AS row FROM session s JOIN p ON p.id = s.source_id`,
  establishedAtGateways: `SELECT p.source, s.local_address, s.neighbor, x.established_earliest, x.established_latest, x.first_present
      FROM session_span x JOIN session s ON s.id = x.session_id JOIN p ON p.id = s.source_id WHERE s.kind = 'peers'`,
  prefixes: `SELECT p.source, s.kind, s.neighbor, s.local_address, x.prefixes_received, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM session_prefixes_span x JOIN session s ON s.id = x.session_id JOIN p ON p.id = s.source_id`,
  routes: `SELECT p.source, r.kind, r.instance, r.peer, r.prefix::text, a.attributes, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM route_span x JOIN route r ON r.id = x.route_id JOIN p ON p.id = x.source_id
      JOIN route_attributes a ON a.source_id = x.source_id AND a.id = x.attributes_id`,
  arp: `SELECT p.source, e.interface, e.ip_address, e.age_minutes, x.mac_address, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM arp_span x JOIN arp_entry e ON e.id = x.entry_id JOIN p ON p.id = x.source_id`,
  connections: `SELECT p.source, x.* FROM connection_span x JOIN p ON p.id = x.source_id`,
  resources: `SELECT r.arm_key, x.config, x.last_absent, x.first_present, x.last_present, x.first_absent
      FROM resource_span x JOIN resource r ON r.id = x.resource_id`,
  counters: `SELECT p.source, to_jsonb(c) - '{id,source_id}'::text[] AS row FROM counter c JOIN p ON p.id = c.source_id`,
  samples: `SELECT p.source, c.path, s.started_at, s.finished_at, s.bytes_in, s.bytes_out
      FROM counter_sample s JOIN counter c ON c.id = s.counter_id JOIN p ON p.id = s.source_id`,
  coverage: `SELECT p.source, to_jsonb(c) - 'source_id' AS row FROM coverage c JOIN p ON p.id = c.source_id`,
  pollStates: `SELECT p.source, to_jsonb(s) - '{source_id,correlation_id}'::text[] AS row FROM poll_state s JOIN p ON p.id = s.source_id`,
  activity: `SELECT p.source, to_jsonb(a) - 'source_id' AS row FROM activity_entry a JOIN p ON p.id = a.source_id`,
  events: `SELECT to_jsonb(e) - '{id,key,source_id,detected_at,part_of,incident_id,detail,updated_at}'::text[] AS row, parent.kind AS parent,
      parent.subject AS parent_subject, root.kind AS root, root.started_latest AS root_started
      FROM event e LEFT JOIN event parent ON parent.id = e.part_of LEFT JOIN incident i ON i.id = e.incident_id LEFT JOIN event root ON root.id = i.root`,
  knownAt: `SELECT e.id, e.detected_at FROM event e WHERE e.kind IN (${OF_ONE_SOURCE.map((kind) => `'${kind}'`).join()})`,
  incidents: `SELECT to_jsonb(i) - '{id,key,root,opened_at,closed_at,updated_at}'::text[] AS row, e.kind FROM incident i JOIN event e ON e.id = i.root`,
  detection: `SELECT p.source, d.state FROM detection_state d JOIN p ON p.id = d.source_id`,
} as const

async function everything(db: Database): Promise<Record<keyof typeof QUESTIONS, string[]>> {
  const answers = {} as Record<keyof typeof QUESTIONS, string[]>
  for (const [name, question] of Object.entries(QUESTIONS) as [keyof typeof QUESTIONS, string][]) {
    const { rows } = await db.pool.query(
      `WITH p AS (SELECT s.id, r.arm_key || '#' || s.subresource AS source FROM source s JOIN resource r ON r.id = s.resource_id) ${question}`,
    )
    answers[name] = rows.map(comparable).toSorted()
  }
  return answers
}

/** Fields of detection's state that every further poll narrows or updates. */
const NARROWED = new Set(['establishedAt', 'foldedAt', 'moved', 'traffic'])

/**
 * Formats a row for comparison. Detection's state is compared without the poll that last wrote it, because expired
 * state is removed by whichever poll is next. Omitted fields depend on the number of polls: how precisely a router's
 * coarse age reports when a session was established, and how precisely its messages report when they last changed. The
 * length of a failover by bytes (`detail`) is also omitted, because counters are stored in bulk and not evaluated one
 * by one. Polls that were skipped would have added nothing else.
 */
function comparable({ source_id: _own, ...row }: Record<string, unknown>): string {
  return JSON.stringify(row, (key, value: unknown) => {
    if (NARROWED.has(key)) return undefined
    const evidence = typeof value === 'object' && value !== null && 'field' in value && value.field === 'establishedAt'
    return evidence ? { field: value.field } : value
  })
}

/**
 * Expects that a past with few polls equals the past with all polls.
 * @param minutes its length
 * @returns the stored data, with rows as text by table; `outcomes`: the outcomes of its polls, in order
 */
export async function expectSamePast(
  scenario: ScenarioInput,
  minutes: number,
): Promise<Record<keyof typeof QUESTIONS | 'outcomes', string[]>> {
  const [few, all] = [await createTemporaryTestDatabase(), await createTemporaryTestDatabase()]
  try {
    await generatePastOfScenario(few.db, scenario, TEST_TIMELINE_START_MS, 'around-edges', { minutes })
    await generatePastOfScenario(all.db, scenario, TEST_TIMELINE_START_MS, 'all', { minutes })
    const found = await everything(few.db)
    const expected = await everything(all.db)
    for (const [name, rows] of Object.entries(expected)) expect(found[name as keyof typeof found], name).toEqual(rows)
    const { rows } = await few.db.pool.query<{ outcome: string }>('SELECT DISTINCT outcome FROM coverage ORDER BY 1')
    return { ...expected, outcomes: rows.map(({ outcome }) => outcome) }
  } finally {
    await few.drop()
    await all.drop()
  }
}
