// Shows one behaviour of Microsoft's SDK on the bus that SERVICE_BUS names: ends with 0 when it is held, and says what was seen else.
package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"time"

	"github.com/Azure/azure-sdk-for-go/sdk/messaging/azservicebus"
)

type behaviour func(ctx context.Context, client *azservicebus.Client)

// Longer than any of them takes.
const patience = 90 * time.Second

func main() {
	all := map[string]behaviour{}
	for _, some := range []map[string]behaviour{settling, receiving, sending, entities} {
		maps.Copy(all, some)
	}
	show, known := all[os.Args[1]]
	if !known {
		fmt.Fprintln(os.Stderr, "There is no such behaviour")
		os.Exit(1)
	}
	defer func() {
		if seen := recover(); seen != nil {
			fmt.Fprintln(os.Stderr, seen)
			os.Exit(1)
		}
	}()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	show(ctx, connect(os.Getenv("SERVICE_BUS")))
}
