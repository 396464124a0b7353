/*
 * bytes: numbers in network order, as all packets of media have them. The caller has checked the room.
 */
#ifndef SY_AUDIO_MEDIA_BYTES_H
#define SY_AUDIO_MEDIA_BYTES_H

#include <stdint.h>

static inline uint16_t sy_bytes_u16(const uint8_t *bytes)
{
	return (uint16_t)(bytes[0] << 8 | bytes[1]);
}

static inline uint32_t sy_bytes_u32(const uint8_t *bytes)
{
	return (uint32_t)sy_bytes_u16(bytes) << 16 | sy_bytes_u16(bytes + 2);
}

static inline void sy_bytes_put_u16(uint8_t *bytes, uint16_t value)
{
	bytes[0] = (uint8_t)(value >> 8);
	bytes[1] = (uint8_t)value;
}

static inline void sy_bytes_put_u32(uint8_t *bytes, uint32_t value)
{
	sy_bytes_put_u16(bytes, (uint16_t)(value >> 16));
	sy_bytes_put_u16(bytes + 2, (uint16_t)value);
}

#endif
