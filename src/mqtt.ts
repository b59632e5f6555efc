export type { FeedAddress } from './adapters/feed-address.ts'
export { type MqttFeedOptions, mqttFeed } from './adapters/feed-mqtt.ts'
export type { Feed, FeedMessage, FeedOpened } from './model/feed.ts'
