/** Text that screens show while no channel receives incidents (`isReceived` is false). */
export const ALERTING_UNRECEIVED = 'Alerting reaches nobody: add a channel'
