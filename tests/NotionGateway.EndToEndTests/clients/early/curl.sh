# The same with curl; after RUNS may stand more options of curl's. Without "Expect": a caller that asks first proves nothing here.
url=$1 key=$2 type=$3 length=$4 framing=$5 runs=$6
shift 6
file=$(mktemp)
trap 'rm -f "$file"' EXIT
head -c "$length" /dev/zero > "$file"
if [ "$framing" = chunked ]; then set -- -X POST -T - "$@"; else set -- --data-binary "@$file" "$@"; fi
for _ in $(seq "$runs"); do
  seen=$(curl -sS -o /dev/null -w '%{http_code}' -H "Authorization: Bearer $key" -H "Content-Type: $type" -H 'Expect:' "$@" "$url" < "$file" 2>&1) &&
    echo "$seen" || echo "exit code $?:" $seen
done
