'use client'

import { useQuery } from '@tanstack/react-query'
import {
  type CoverageFilter,
  type EventFilter,
  type RouteFilter,
  type SessionFilter,
  circuitQuery,
  circuitsQuery,
  coverageQuery,
  eventsQuery,
  gatewayQuery,
  gatewaysQuery,
  overviewQuery,
  processesQuery,
  routesQuery,
  sessionsQuery,
  sourcesQuery,
} from './query-options.ts'

export const useOverview = () => useQuery(overviewQuery())
export const useCircuits = () => useQuery(circuitsQuery())
export const useCircuit = (id: string) => useQuery(circuitQuery(id))
export const useGateways = () => useQuery(gatewaysQuery())
export const useGateway = (id: string) => useQuery(gatewayQuery(id))
export const useSessions = (filter?: SessionFilter) => useQuery(sessionsQuery(filter))
export const useRoutes = (filter: RouteFilter) => useQuery(routesQuery(filter))
export const useEvents = (filter?: EventFilter) => useQuery(eventsQuery(filter))
export const useSources = () => useQuery(sourcesQuery())
export const useCoverage = (filter: CoverageFilter) => useQuery(coverageQuery(filter))
export const useProcesses = () => useQuery(processesQuery())
