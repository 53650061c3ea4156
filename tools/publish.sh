#!/usr/bin/env bash
# Makes the deployable package: the folder artifacts/package, with host.json at its root, and artifacts/package.zip.
# --queues storage turns the Service Bus triggers into Storage Queue triggers; servicebus is the default.
# --composite compiles the app and its runtime ahead as one, into artifacts/package-composite: a cheaper start from a
# larger package.
set -euo pipefail
cd "$(dirname "$0")/.."

queues=servicebus package=artifacts/package composite=false
while [ $# -gt 0 ]; do
  case "$1" in
    --queues) queues=${2:?--queues needs servicebus or storage}; shift 2 ;;
    --composite) package=artifacts/package-composite composite=true; shift ;;
    *) echo "publish: unknown option $1" >&2; exit 2 ;;
  esac
done
case "$queues" in servicebus|storage) ;; *) echo "publish: --queues is servicebus or storage, not $queues" >&2; exit 2 ;; esac

rm -rf "$package" "$package.zip"
# What one way of compiling leaves behind looks up to date to the other.
if $composite; then
  compiled=artifacts/obj/Functions/release_linux-x64/R2R
  rm -rf "$compiled"
  trap 'rm -rf "$compiled"' EXIT
fi
dotnet publish functions/Functions.csproj -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true \
  -p:PublishReadyToRunComposite="$composite" \
  -p:DebugType=none -v quiet -nologo -o "$package"
chmod +x "$package/vade"
dotnet run tools/Package.cs -- "$package" "$queues"
