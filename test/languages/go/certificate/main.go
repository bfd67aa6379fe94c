package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/AzureAD/microsoft-authentication-library-for-go/apps/confidential"
)

func main() {
	pem, err := os.ReadFile(os.Getenv("CERTIFICATE"))
	if err != nil {
		log.Fatal(err)
	}
	certificates, key, err := confidential.CertFromPEM(pem, "")
	if err != nil {
		log.Fatal(err)
	}
	credential, err := confidential.NewCredFromCert(certificates, key)
	if err != nil {
		log.Fatal(err)
	}
	// Without discovery: needed only where the authority is none of Microsoft's hosts.
	app, err := confidential.New(os.Getenv("AUTHORITY"), os.Getenv("CLIENT_ID"), credential, confidential.WithInstanceDiscovery(false))
	if err != nil {
		log.Fatal(err)
	}
	answer, err := app.AcquireTokenByCredential(context.Background(), []string{os.Getenv("SCOPE")})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(answer.AccessToken)
}
