/** Scales and their ticks. */
export { scaleLinear, scaleLog } from 'd3-scale';
