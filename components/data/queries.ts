'use client'

import { useQuery } from '@tanstack/react-query'
import {
  type CoverageFilter,
  type EventFilter,
  type IncidentFilter,
  type RouteFilter,
  type SessionFilter,
  circuitQuery,
  circuitsQuery,
  coverageQuery,
  eventsQuery,
  gatewayQuery,
  gatewaysQuery,
  incidentQuery,
  incidentsQuery,
  networksQuery,
  overviewQuery,
  processesQuery,
  routesQuery,
  sessionsQuery,
  handoverQuery,
  sourcesQuery,
} from './query-options.ts'

export const useOverview = () => useQuery(overviewQuery())
export const useCircuits = () => useQuery(circuitsQuery())
export const useCircuit = (id: string) => useQuery(circuitQuery(id))
export const useGateways = () => useQuery(gatewaysQuery())
export const useGateway = (id: string) => useQuery(gatewayQuery(id))
export const useNetworks = () => useQuery(networksQuery())
export const useSessions = (filter?: SessionFilter) => useQuery(sessionsQuery(filter))
/** One session of a gateway or circuit; null while none with these ends is known. */
export const useSession = (scope: string, ends: { localAddress: string; neighbor: string } | null) =>
  useQuery({
    ...sessionsQuery({ scope }),
    select: (page) => ({
      ...page,
      data:
        page.data.find(
          ({ localAddress, neighbor }) => localAddress === ends?.localAddress && neighbor === ends.neighbor,
        ) ?? null,
    }),
  })
export const useRoutes = (filter: RouteFilter) => useQuery(routesQuery(filter))
export const useEvents = (filter?: EventFilter) => useQuery(eventsQuery(filter))
export const useSources = (filter?: { scope?: string | null }) => useQuery(sourcesQuery(filter))
export const useIncidents = (filter?: IncidentFilter) => useQuery(incidentsQuery(filter))
export const useIncident = (id: string) => useQuery(incidentQuery(id))
export const useHandover = (since: string | null) => useQuery(handoverQuery(since))
export const useCoverage = (filter: CoverageFilter) => useQuery(coverageQuery(filter))
export const useProcesses = () => useQuery(processesQuery())
