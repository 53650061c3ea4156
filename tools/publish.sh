#!/usr/bin/env bash
# Makes the deployable package: the folder artifacts/package, with host.json at its root, and artifacts/package.zip.
# --queues storage turns the Service Bus triggers into Storage Queue triggers; servicebus is the default.
set -euo pipefail
cd "$(dirname "$0")/.."

queues=servicebus
while [ $# -gt 0 ]; do
  case "$1" in
    --queues) queues=${2:?--queues needs servicebus or storage}; shift 2 ;;
    *) echo "publish: unknown option $1" >&2; exit 2 ;;
  esac
done
case "$queues" in servicebus|storage) ;; *) echo "publish: --queues is servicebus or storage, not $queues" >&2; exit 2 ;; esac

package=artifacts/package
rm -rf "$package" "$package.zip"
dotnet publish functions/Functions.csproj -c Release -r linux-x64 --self-contained -p:PublishReadyToRun=true \
  -p:DebugType=none -v quiet -nologo -o "$package"
chmod +x "$package/vade"
dotnet run tools/Package.cs -- "$package" "$queues"
