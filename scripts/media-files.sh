#!/usr/bin/env bash
# Makes sound and video as phones and recorders write them: small, but real. Needs ffmpeg with libx264 and libx265.
#   scripts/media-files.sh OUTDIR          the small ones, a few seconds of work
#   scripts/media-files.sh --long OUTDIR   one video of more than 500 MB besides, and its beginning
# What is there already stays.
set -euo pipefail

fail() {
  printf 'media-files: %s\n' "$*" >&2
  exit 1
}

long=""
if [[ "${1:-}" == --long ]]; then
  long=yes
  shift
fi
out=${1:-}
[[ -n "$out" && $# -eq 1 ]] || fail "one folder, please"
command -v ffmpeg >/dev/null || fail "ffmpeg is missing"
mkdir -p "$out"

export SVT_LOG=1
seconds=24
picture=(-f lavfi -i "testsrc2=size=320x240:rate=30:duration=$seconds")
sound=(-f lavfi -i "sine=frequency=440:beep_factor=4:sample_rate=44100:duration=$seconds")
voice=(-f lavfi -i "sine=frequency=300:sample_rate=8000:duration=$seconds")
# Two seconds between key frames and B frames, as in phones.
h264=(-c:v libx264 -preset veryfast -profile:v high -pix_fmt yuv420p -g 60)
h265=(-c:v libx265 -preset ultrafast -pix_fmt yuv420p -tag:v hvc1 -x265-params log-level=error:keyint=60)
aac=(-c:a aac -b:a 96k -ac 2)

# make NAME ARGUMENTS...: under another name first, so that what stands there is whole.
make() {
  local name=$1
  shift
  [[ -s "$out/$name" ]] && return
  ffmpeg -hide_banner -nostdin -loglevel error -y "$@" -map_metadata -1 "$out/part.${name##*.}"
  mv "$out/part.${name##*.}" "$out/$name"
}

# Speech frames of 12.2 kbit/s with arbitrary parameters: noise, but in every respect a recording.
amr() {
  local name=$1 frame
  [[ -s "$out/$name" ]] && return
  {
    printf '#!AMR\n'
    for ((frame = 0; frame < seconds * 50; frame++)); do
      printf '\x3c'
      head -c 31 /dev/urandom
    done
  } >"$out/part.amr"
  mv "$out/part.amr" "$out/$name"
}

make h264-moov-first.mp4 "${picture[@]}" "${sound[@]}" "${h264[@]}" "${aac[@]}" -movflags +faststart
make h264-moov-last.mp4 "${picture[@]}" "${sound[@]}" "${h264[@]}" "${aac[@]}"
make h264-fragmented.mp4 "${picture[@]}" "${sound[@]}" "${h264[@]}" "${aac[@]}" -movflags +frag_keyframe+empty_moov+default_base_moof
make h264-only-picture.mp4 "${picture[@]}" "${h264[@]}"
make h264.mov "${picture[@]}" "${sound[@]}" "${h264[@]}" "${aac[@]}" -f mov
make hevc.mov "${picture[@]}" "${sound[@]}" "${h265[@]}" "${aac[@]}" -f mov
make hevc.mp4 "${picture[@]}" "${sound[@]}" "${h265[@]}" "${aac[@]}"
make hevc-ten-bit.mov "${picture[@]}" "${sound[@]}" "${h265[@]}" -pix_fmt yuv420p10le "${aac[@]}" -f mov
make vp8-vorbis.webm "${picture[@]}" "${sound[@]}" -c:v libvpx -deadline realtime -cpu-used 8 -b:v 500k -g 60 -c:a libvorbis
make vp9-opus.webm "${picture[@]}" "${sound[@]}" -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 500k -g 60 -c:a libopus
make av1-opus.webm "${picture[@]}" "${sound[@]}" -c:v libsvtav1 -preset 12 -g 60 -c:a libopus
make vp9-opus-live.webm "${picture[@]}" "${sound[@]}" -c:v libvpx-vp9 -deadline realtime -cpu-used 8 -b:v 500k -g 60 -c:a libopus -live 1
make h264-aac.mkv "${picture[@]}" "${sound[@]}" "${h264[@]}" "${aac[@]}"
make cbr.mp3 "${sound[@]}" -c:a libmp3lame -b:a 128k
make vbr.mp3 "${sound[@]}" -c:a libmp3lame -q:a 4
make voice.m4a "${sound[@]}" "${aac[@]}"
make voice.aac "${sound[@]}" "${aac[@]}" -f adts
make vorbis.ogg "${sound[@]}" -c:a libvorbis
make opus.ogg "${sound[@]}" -ar 48000 -c:a libopus -b:a 24k
make voice.opus "${sound[@]}" -ar 48000 -c:a libopus -b:a 24k
make sound.flac "${sound[@]}" -c:a flac
make sound.wav "${sound[@]}" -c:a pcm_s16le
make voice-8k.wav "${voice[@]}" -c:a pcm_mulaw
amr voice.amr
make old-phone.3gp -f lavfi -i "testsrc2=size=352x288:rate=15:duration=$seconds" -c:v h263 -b:v 200k
make old-camera.avi "${picture[@]}" "${voice[@]}" -c:v mpeg4 -c:a pcm_s16le

# Held upright: the picture is stored lying and a matrix says how to turn it.
if [[ ! -s "$out/upright.mov" ]]; then
  make part-flat.mov "${picture[@]}" "${sound[@]}" "${h264[@]}" "${aac[@]}" -f mov
  ffmpeg -hide_banner -nostdin -loglevel error -y -i "$out/part-flat.mov" -c copy -metadata:s:v:0 rotate=270 "$out/part.mov"
  mv "$out/part.mov" "$out/upright.mov"
  rm "$out/part-flat.mov"
fi

# Faults: cut off in the middle, and bytes that are no media at all.
head -c 90000 "$out/h264-moov-first.mp4" >"$out/cut.mp4"
head -c 90000 "$out/h264-moov-last.mp4" >"$out/cut-moov-gone.mp4"
head -c 60000 /dev/urandom >"$out/noise.mp4"

if [[ -n "$long" && ! -s "$out/long.mp4" ]]; then
  # One minute of noise that does not compress, ten times over.
  ffmpeg -hide_banner -nostdin -loglevel error -y \
    -f lavfi -i "testsrc2=size=1280x720:rate=30:duration=60,noise=alls=40:allf=t" -f lavfi -i "sine=frequency=440:duration=60" \
    "${h264[@]}" -preset ultrafast -b:v 7500k -minrate 7500k -maxrate 7500k -bufsize 4000k "${aac[@]}" "$out/minute.mp4"
  ffmpeg -hide_banner -nostdin -loglevel error -y -stream_loop 9 -i "$out/minute.mp4" -c copy "$out/part.mp4"
  mv "$out/part.mp4" "$out/long.mp4"
  rm "$out/minute.mp4"
  # The same picture, short: what playing it takes at all.
  ffmpeg -hide_banner -nostdin -loglevel error -y -i "$out/long.mp4" -t 24 -c copy "$out/short.mp4"
fi

# No media at all: an engine that took it would fetch what it names.
printf '#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:9/piece.ts\n' >"$out/playlist.m3u8"
