/**
 * Azure's list prices in USD of 2026-07-21, typed from a table and not from the shipped sheet, so that tests compare
 * the shipped sheet with an independent source.
 */

/** Prices a month of Standard circuits, by bandwidth in Mbit/s and zone: [Metered, Unlimited]. */
export const STANDARD_MONTHLY_PRICES: Record<number, Record<string, readonly [string, string]>> = {
  50: {
    'Zone 1': ['55', '300'],
    'Zone 2': ['55', '610'],
    'Zone 3': ['55', '872'],
    'Zone 4': ['55', '741'],
    'US Gov Zone 1': ['70', '375'],
  },
  100: {
    'Zone 1': ['110', '575'],
    'Zone 2': ['100', '1230'],
    'Zone 3': ['100', '1300'],
    'Zone 4': ['100', '1265'],
    'US Gov Zone 1': ['140', '720'],
  },
  200: {
    'Zone 1': ['145', '1150'],
    'Zone 2': ['145', '2300'],
    'Zone 3': ['145', '3220'],
    'Zone 4': ['145', '2760'],
    'US Gov Zone 1': ['180', '1440'],
  },
  500: {
    'Zone 1': ['290', '2750'],
    'Zone 2': ['290', '5200'],
    'Zone 3': ['290', '5200'],
    'Zone 4': ['290', '5200'],
    'US Gov Zone 1': ['365', '3440'],
  },
  1000: {
    'Zone 1': ['436', '5700'],
    'Zone 2': ['436', '8700'],
    'Zone 3': ['436', '8700'],
    'Zone 4': ['436', '8700'],
    'US Gov Zone 1': ['545', '7125'],
  },
  2000: {
    'Zone 1': ['872', '11400'],
    'Zone 2': ['872', '17400'],
    'Zone 3': ['872', '17400'],
    'Zone 4': ['872', '17400'],
    'US Gov Zone 1': ['1090', '14250'],
  },
  5000: {
    'Zone 1': ['2180', '25650'],
    'Zone 2': ['2180', '41000'],
    'Zone 3': ['2180', '41000'],
    'Zone 4': ['2180', '41000'],
    'US Gov Zone 1': ['2725', '32065'],
  },
  10000: {
    'Zone 1': ['3400', '51300'],
    'Zone 2': ['3400', '82000'],
    'Zone 3': ['3400', '82000'],
    'Zone 4': ['3400', '82000'],
    'US Gov Zone 1': ['4250', '64125'],
  },
}

/** Prices a month of Premium circuits, by bandwidth in Mbit/s and zone: [Metered, Unlimited]. */
export const PREMIUM_MONTHLY_PRICES: Record<number, Record<string, readonly [string, string]>> = {
  50: {
    'Zone 1': ['130', '375'],
    'Zone 2': ['155', '710'],
    'Zone 3': ['155', '972'],
    'Zone 4': ['155', '841'],
    'US Gov Zone 1': ['164', '469'],
  },
  100: {
    'Zone 1': ['200', '675'],
    'Zone 2': ['275', '1405'],
    'Zone 3': ['275', '1475'],
    'Zone 4': ['275', '1440'],
    'US Gov Zone 1': ['265', '845'],
  },
  200: {
    'Zone 1': ['295', '1300'],
    'Zone 2': ['445', '2600'],
    'Zone 3': ['445', '3520'],
    'Zone 4': ['445', '3060'],
    'US Gov Zone 1': ['365', '1625'],
  },
  500: {
    'Zone 1': ['690', '3150'],
    'Zone 2': ['1090', '6000'],
    'Zone 3': ['1090', '6000'],
    'Zone 4': ['1090', '6000'],
    'US Gov Zone 1': ['865', '3940'],
  },
  1000: {
    'Zone 1': ['1186', '6450'],
    'Zone 2': ['1886', '10150'],
    'Zone 3': ['1886', '10150'],
    'Zone 4': ['1886', '10150'],
    'US Gov Zone 1': ['1480', '8060'],
  },
  2000: {
    'Zone 1': ['2372', '12900'],
    'Zone 2': ['3122', '19650'],
    'Zone 3': ['3122', '19650'],
    'Zone 4': ['3122', '19650'],
    'US Gov Zone 1': ['2965', '16125'],
  },
  5000: {
    'Zone 1': ['5180', '28650'],
    'Zone 2': ['5180', '44000'],
    'Zone 3': ['5180', '44000'],
    'Zone 4': ['5180', '44000'],
    'US Gov Zone 1': ['6475', '35815'],
  },
  10000: {
    'Zone 1': ['6400', '54300'],
    'Zone 2': ['6400', '85000'],
    'Zone 3': ['6400', '85000'],
    'Zone 4': ['6400', '85000'],
    'US Gov Zone 1': ['8000', '67875'],
  },
}

/** Prices a month of Local circuits, available from 1 Gbps; null = not available in the zone. */
export const LOCAL_MONTHLY_PRICES: Record<number, Record<string, string | null>> = {
  1000: { 'Zone 1': '1200', 'Zone 2': '1600', 'Zone 3': '2000', 'Zone 4': null, 'US Gov Zone 1': '1500' },
  2000: { 'Zone 1': '2200', 'Zone 2': '2500', 'Zone 3': '2900', 'Zone 4': null, 'US Gov Zone 1': '2750' },
  5000: { 'Zone 1': '3600', 'Zone 2': '3900', 'Zone 3': '4300', 'Zone 4': null, 'US Gov Zone 1': '4500' },
  10000: { 'Zone 1': '5500', 'Zone 2': '6000', 'Zone 3': '7000', 'Zone 4': null, 'US Gov Zone 1': '6875' },
}

/** USD for each GB out of Azure on a metered circuit, by zone. */
export const DATA_TRANSFER_PRICES_PER_GB: Record<string, string> = {
  'Zone 1': '0.025',
  'Zone 2': '0.05',
  'Zone 3': '0.14',
  'Zone 4': '0.10',
  'US Gov Zone 1': '0.03',
}

/**
 * Whole GB at which Standard Metered and Standard Unlimited cost the same: (Unlimited - Metered) / rate.
 * 1 Gbps, Zone 1: (5,700 - 436) / 0.025 = 5,264 / 0.025 = 210,560 GB. 50 Mbps, Zone 3: (872 - 55) / 0.14 = 817 / 0.14 = 5,835.7 GB.
 */
export const BREAK_EVEN_GB: Record<number, Record<string, number>> = {
  50: { 'Zone 1': 9800, 'Zone 2': 11100, 'Zone 3': 5836, 'Zone 4': 6860, 'US Gov Zone 1': 10167 },
  100: { 'Zone 1': 18600, 'Zone 2': 22600, 'Zone 3': 8571, 'Zone 4': 11650, 'US Gov Zone 1': 19333 },
  200: { 'Zone 1': 40200, 'Zone 2': 43100, 'Zone 3': 21964, 'Zone 4': 26150, 'US Gov Zone 1': 42000 },
  500: { 'Zone 1': 98400, 'Zone 2': 98200, 'Zone 3': 35071, 'Zone 4': 49100, 'US Gov Zone 1': 102500 },
  1000: { 'Zone 1': 210560, 'Zone 2': 165280, 'Zone 3': 59029, 'Zone 4': 82640, 'US Gov Zone 1': 219333 },
  2000: { 'Zone 1': 421120, 'Zone 2': 330560, 'Zone 3': 118057, 'Zone 4': 165280, 'US Gov Zone 1': 438667 },
  5000: { 'Zone 1': 938800, 'Zone 2': 776400, 'Zone 3': 277286, 'Zone 4': 388200, 'US Gov Zone 1': 978000 },
  10000: { 'Zone 1': 1916000, 'Zone 2': 1572000, 'Zone 3': 561429, 'Zone 4': 786000, 'US Gov Zone 1': 1995833 },
}

/** Whole GB at which Local and Standard Metered cost the same: (Local - Metered) / rate. 1 Gbps, Zone 1: (1,200 - 436) / 0.025 = 30,560 GB. */
export const LOCAL_GB: Record<number, Record<string, number | null>> = {
  1000: { 'Zone 1': 30560, 'Zone 2': 23280, 'Zone 3': 11171, 'Zone 4': null, 'US Gov Zone 1': 31833 },
  2000: { 'Zone 1': 53120, 'Zone 2': 32560, 'Zone 3': 14486, 'Zone 4': null, 'US Gov Zone 1': 55333 },
  5000: { 'Zone 1': 56800, 'Zone 2': 34400, 'Zone 3': 15143, 'Zone 4': null, 'US Gov Zone 1': 59167 },
  10000: { 'Zone 1': 84000, 'Zone 2': 52000, 'Zone 3': 25714, 'Zone 4': null, 'US Gov Zone 1': 87500 },
}
