import { selectEndedIntervals, type SelectStatement, type DatabaseTableRegistrations } from '#lib/history/statements.ts'
import { deleteUnusedAttributes } from './delete-unused-attributes.ts'

const ofRouterSession = (table: string, column: string): SelectStatement =>
  `SELECT * FROM public.${table} WHERE ${column} = ANY (:routerSessions)`

export const routersDatabaseTablePolicies = {
  router_route_interval: {
    past: 'forgotten',
    scope: `SELECT * FROM public.router_route_interval i WHERE EXISTS (
    SELECT FROM public.router_route r WHERE r.id = i.route_id AND r.session_id = ANY (:routerSessions))`,
    retention: { rows: 't.first_absent < $1' },
    erasure: 'kept',
  },
  router_route: {
    past: 'forgotten',
    scope: ofRouterSession('router_route', 'session_id'),
    retention: {
      rows: 't.attributes_id IS NULL AND t.seen_at < $1 AND NOT EXISTS (SELECT FROM router_route_interval i WHERE i.route_id = t.id)',
    },
    erasure: 'kept',
  },
  router_session_interval: {
    past: selectEndedIntervals('router_session_interval'),
    scope: ofRouterSession('router_session_interval', 'session_id'),
    retention: { rows: 't.first_absent < $1' },
    erasure: 'kept',
  },
  router_log_line: {
    past: 'forgotten',
    scope: ofRouterSession('router_log_line', 'session_id'),
    retention: { rows: 't.at < $1' },
    erasure: 'kept',
  },
  router_connection: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.router_connection WHERE router_id = ANY (:routers)',
    retention: {
      rows: 't.ended IS NOT NULL AND t.to_at < $1 AND NOT EXISTS (SELECT FROM router_session s WHERE s.connection_id = t.id)',
    },
    erasure: 'kept',
  },
  // If sessions of several customers belong to a router, each customer sees the router with its own sessions only.
  router: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.router WHERE id = ANY (:routers)',
    retention: {
      // routers that have no connections, sessions and attributes any more
      rows: `t.first_seen < $1 AND NOT EXISTS (SELECT FROM router_connection c WHERE c.router_id = t.id)
     AND NOT EXISTS (SELECT FROM router_session s WHERE s.router_id = t.id)
     AND NOT EXISTS (SELECT FROM router_route_attributes a WHERE a.router_id = t.id)`,
    },
    erasure: 'kept',
  },
  router_session: {
    past: 'forgotten',
    scope: ofRouterSession('router_session', 'id'),
    retention: 'kept',
    erasure: 'kept',
  },
  router_route_attributes: {
    past: 'forgotten',
    scope: 'SELECT * FROM public.router_route_attributes WHERE router_id = ANY (:routers)',
    retention: { step: deleteUnusedAttributes },
    erasure: 'kept',
  },
} satisfies DatabaseTableRegistrations
